import{aF as s,aG as o,aH as t}from"./e33jklfg.js";export{s as Page,o as SceneTab,t as SettingsBox};
