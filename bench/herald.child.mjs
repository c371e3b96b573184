// A whole Herald in a process of its own, so that its memory is its own and nobody's work delays it. Its settings are the first parameter.
import { startHerald } from '../dist/herald.js';

const herald = await startHerald(JSON.parse(process.argv[2]));
process.on('message', async (message) => {
  if (message === 'memory') process.send({ memory: process.resourceUsage().maxRSS * 1024 });
  else {
    await herald.stop();
    process.send({});
    process.disconnect();
  }
});
process.on('disconnect', () => process.exit());
process.send({ url: herald.url });
