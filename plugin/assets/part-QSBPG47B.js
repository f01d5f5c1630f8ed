import{a as e,z as t}from"./part-YQI75UUZ.js";var m=({scene:n})=>e("div",{className:"plexsync-scene"},e(t,null,"Nothing is known of scene ",n," yet."));export{m as SceneTab};
