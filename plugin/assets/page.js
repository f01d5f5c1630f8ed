import{ap as s,aq as o,ar as r}from"./c2u0n4pg.js";export{s as Page,o as SceneTab,r as SettingsBox};
