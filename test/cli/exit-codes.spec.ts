import { expect, it } from 'vitest';
import { cli, cliWith, newFolder } from '../replay/running.js';

it.each([
  [['replay']],
  [['no-such-command']],
  [['doctor', '--foo']],
  [['doctor', 'superfluous']],
  [['sending']],
  [['parked']],
  [['keys']],
  [['history', '--limit', 'many']],
  [['access-log', '--limit', '0']],
  [['unknown', 'resolve', 'x', '--as', 'perhaps', '--reason', 'x']],
  [['keys', 'create', '--role', 'king']],
  [['changes', 'nothing', 'x']],
  [['sending', 'hold']],
])('a command that is called wrongly was not done: herald %j', async (args) => {
  const { code, output } = await cli(newFolder(), ...args);
  expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(/error|Usage/) });
});

it.each([[['--help']], [['--version']], [['help']], [['replay', '--help']], [['sending', 'hold', '--help']]])(
  'help and the version end with 0: herald %j',
  async (args) => {
    expect((await cli(newFolder(), ...args)).code).toBe(0);
  },
);

it('--help says what the exit codes mean', async () => {
  const { output } = await cli(newFolder(), '--help');
  expect(output).toMatch(/Exit codes: 0 .* 1 .* 2 .* 130, 143 or 129 .* 141 /);
});

it.each(['parked list', 'clock show', 'sending show'])(
  'what is found and what is not done are told apart: herald %s',
  async (command) => {
    const away = { HERALD_URL: 'http://127.0.0.1:9' };
    expect((await cliWith(newFolder(), away, ...command.split(' '))).code).toBe(2);
  },
);

it('a command that crashes was not done', async () => {
  const fetch = "globalThis.fetch=()=>{throw(new(Error)('unforeseen'))}";
  const crashing = { NODE_OPTIONS: `--import=data:text/javascript,${fetch}` };
  const { code, output } = await cliWith(newFolder(), crashing, 'settings');
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('unforeseen') });
});
