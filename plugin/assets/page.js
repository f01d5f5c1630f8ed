import{aF as s,aG as o,aH as t}from"./i3ctzsa1.js";export{s as Page,o as SceneTab,t as SettingsBox};
