import{ap as s,aq as o,ar as r}from"./fiep0itw.js";export{s as Page,o as SceneTab,r as SettingsBox};
