var t=({text:o,next_step:r})=>`${o} ${r}`.trim(),l=o=>o?new Error(t(o)):null;export{t as a,l as b};
