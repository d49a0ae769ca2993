import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Downloads the CLI with the SDK, in a process of its own: it can be killed at a deadline, and the SDK's runtime with its
 * signal handlers and logs stays out of this process.
 * @returns the path of the binary in `folder`
 */
export async function downloadWithSdk(folder: string, version: string, deadlineMs = 20_000): Promise<string> {
  await runScript(script(folder, version), deadlineMs);
  const extension = process.platform === 'win32' ? '.exe' : '';
  return join(folder, `temporal-v${version}${extension}`);
}

// The SDK downloads only when it starts a server, so the script starts one and stops it at once.
function script(downloadDir: string, version: string): string {
  const executable = { type: 'cached-download', version: `v${version}`, downloadDir };
  return `
    import('@temporalio/testing')
      .then(({ TestWorkflowEnvironment }) =>
        TestWorkflowEnvironment.createLocal(${JSON.stringify({ server: { executable } })}))
      .then((environment) => environment.teardown())
      .then(() => process.exit(0), (error) => {
        console.error(error.code === 'ERR_MODULE_NOT_FOUND' ? '@temporalio/testing is not installed' : error.message);
        process.exit(1);
      });`;
}

function runScript(source: string, deadlineMs: number): Promise<void> {
  const cwd = fileURLToPath(new URL('../../', import.meta.url)); // where node_modules is
  const args = ['--input-type=commonjs', '--eval', source];
  // A group of its own, so that the deadline also ends the server that the SDK may have started.
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${deadlineMs / 1000} s`));
      killGroup(child.pid);
    }, deadlineMs);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      if (exitCode === 0) resolve();
      else reject(new Error(rootCause(errors)));
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

// The SDK prints nested causes with the outermost first; the last one is the reason.
function rootCause(errors: string): string {
  const line = errors.trim().split('\n').at(-1) ?? '';
  return line.split(': ').slice(-2).join(': ') || 'ended without output';
}
