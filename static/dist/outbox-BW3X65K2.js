import{a,b,c,d}from"./chunk-4JXMOINA.js";import"./chunk-KIBQEYZK.js";export{b as drop,c as flush,d as understand,a as waiting};
