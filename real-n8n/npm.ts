import { spawn } from 'node:child_process';

/** What a command printed; `stdout` and `stderr` as text, `code` its exit code. */
export interface CommandResult {
	code: number;
	stdout: string;
	stderr: string;
}

/**
 * The surroundings for a child: ours without what npm, jest and n8n set for themselves
 * (a parent `npm run` would otherwise pass its ignore-scripts on to every npm below it).
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	const unwanted = /^(npm_(?!config_registry|config_userconfig|config_cache)|JEST_|N8N_|DB_|EXECUTIONS_|QUEUE_|GENERIC_TIMEZONE|WEBHOOK_URL|NODE_OPTIONS|NODE_ENV|INIT_CWD)/i;
	for (const [name, value] of Object.entries(process.env)) {
		if (!unwanted.test(name)) env[name] = value;
	}
	return env;
}

/**
 * Runs a command to its end and hands back what it printed.
 * @throws Error with the command's last lines when it ends with another code than 0
 */
export async function runCommand(
	command: string,
	args: string[],
	options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<CommandResult> {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? cleanEnvironment(),
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const code = await new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (exitCode) => resolve(exitCode ?? 1));
	});
	if (code !== 0) {
		const lines = `${stdout}\n${stderr}`.trim().split('\n');
		// npm says the reason first and its whole usage afterwards; other tools say the reason last.
		const shown = lines.length <= 50 ? lines : [...lines.slice(0, 20), '...', ...lines.slice(-30)];
		throw new Error(`"${command} ${args.join(' ')}" ended with code ${code} in ${options.cwd}:\n${shown.join('\n')}`);
	}
	return { code, stdout, stderr };
}

/** Runs npm with our own flags only, in `cwd`. @throws Error as `runCommand` does */
export async function runNpm(args: string[], cwd: string): Promise<CommandResult> {
	return await runCommand('npm', [...args, '--no-audit', '--no-fund'], { cwd });
}
