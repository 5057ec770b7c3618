import{a,b,c,d}from"./chunk-46SPHFZK.js";import"./chunk-UL53FI55.js";export{b as drop,c as flush,d as understand,a as waiting};
