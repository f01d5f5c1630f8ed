var a=({title:e,scene_id:n})=>e||`Scene ${n}`;export{a};
