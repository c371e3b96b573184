// A rebuild of the social accounts, by Herald and by Rotorsoft's Act on SQLite.
import { againstPeer } from './one-projection.mjs';
import { installPackages } from './peers/install.mjs';
import { inNode } from './peers/peer.mjs';
import { run as execute } from './support.mjs';

export async function run() {
  await installPackages();
  return againstPeer('rebuild-act', 'Act on SQLite', async (log, folder) => {
    const [program, parameters] = inNode('act.mjs', { log, folder });
    const said = await execute(program, parameters);
    // Act also says what it does.
    return JSON.parse(said.split('\n').find((words) => words.startsWith('{')));
  });
}
