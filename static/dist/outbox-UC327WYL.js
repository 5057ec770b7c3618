import{a,b,c,d}from"./chunk-PIBX2ZQX.js";import"./chunk-EB6D6LQI.js";export{b as drop,c as flush,d as understand,a as waiting};
