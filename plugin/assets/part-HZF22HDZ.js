import{a as m}from"./part-Z2PP54GJ.js";import{B as e,a as t}from"./part-GK3PQMZN.js";var n=()=>t(m,{title:"Setup"},t(e,null,"Nothing is here yet."));export{n as Setup};
