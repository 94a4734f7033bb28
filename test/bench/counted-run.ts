import { benchDecoders } from './decoder.ts';
for (const row of benchDecoders()) console.log(row);
