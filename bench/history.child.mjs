// Herald in a process of its own, so that its memory is its own. Tells its parent its URL, and its resident memory in MB when asked.
import 'reflect-metadata';
import { startHerald } from '../dist/herald.js';

const herald = await startHerald(JSON.parse(process.argv[2]));
process.on('message', () => process.send({ memory: process.memoryUsage.rss() / 2 ** 20 }));
process.on('disconnect', () => process.exit());
process.send({ url: herald.url });
