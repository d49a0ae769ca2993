import { commandLine, readOptions, runCommand, UsageError } from '../../../evidence/kit/command-line.ts';

const read = (...args: string[]) =>
  readOptions(commandLine('npm run example --', 'Does something.').option('--short', 'less of it'), args);

test('options are what the arguments say', () => {
  expect(read('--short')).toEqual({ short: true });
  expect(read()).toEqual({});
});

test('a wrong command line ends with 2, and prints the reason and the help', async () => {
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
  expect(await runCommand(() => Promise.resolve(read('--fast').short ? 0 : 1))).toBe(2);
  expect(printed.mock.calls.join()).toMatch(
    /unknown option '--fast'[^]*Usage: npm run example --[^]*--short/,
  );
  printed.mockRestore();
});

test('any other error goes on', async () => {
  const fails = () => runCommand(() => Promise.reject(new TypeError('another')));
  await expect(fails()).rejects.toThrow(TypeError);
  await expect(fails()).rejects.not.toThrow(UsageError);
});
