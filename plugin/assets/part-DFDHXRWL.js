import{a as m}from"./part-2V3WJ35J.js";import{a as t,z as e}from"./part-YQI75UUZ.js";var n=()=>t(m,{title:"Queue"},t(e,null,"Nothing is here yet."));export{n as Queue};
