import{I as m,L as r,a as n,q as o}from"./part-HAHEZYKM.js";function s({at:e,now:i}){let{locale:t}=o();return n("time",{dateTime:new Date(e*1e3).toISOString(),title:r(e,t)},m(e,i,t))}export{s as a};
