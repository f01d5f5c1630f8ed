import{a as o}from"./part-2V3WJ35J.js";import{a as t,z as e}from"./part-YQI75UUZ.js";var a=()=>t(o,{title:"Needs you"},t(e,null,"Nothing is here yet."));export{a as NeedsYou};
