import{a,b,c,d}from"./chunk-N7LCOCP3.js";import"./chunk-ZCXY7Q3D.js";export{b as drop,c as flush,d as understand,a as waiting};
