import{a as e,d as a}from"./EA3NMA5D.js";var s=({of:c})=>e("dl",{className:"plexsync-facts"},c.map(([d,t],o)=>t?e(a.Fragment,{key:o},e("dt",null,d),e("dd",null,t)):null));export{s as a};
