import{a as o}from"./XAUGS7XB.js";import{a as n,m as t}from"./EA3NMA5D.js";var c=({of:e})=>n(t,{to:`/scenes/${e.scene_id}`},o(e));export{c as a};
