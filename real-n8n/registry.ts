import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { runCommand } from './npm';

/** A registry on 127.0.0.1 that has packed packages and nothing else. */
export interface Registry {
	/** Offers a packed package; the newest one offered is the latest. */
	publish(tarball: string): Promise<void>;
	/** A PATH on which npm asks this registry, whatever it is told: n8n may name another one than npm's own with a licence only. */
	path: string;
	stop(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
	const versions = new Map<string, Map<string, { manifest: Record<string, unknown>; tarball: Buffer }>>();
	const server = createServer(({ url = '/' }, response) => {
		const [, name = '', version] = decodeURIComponent(url).split('/');
		const offered = versions.get(name);
		const file = version === undefined ? undefined : offered?.get(version);
		if (!offered || (version !== undefined && !file)) return response.writeHead(404).end('{"error":"Not found"}');
		response.setHeader('cache-control', 'no-store');
		if (file) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.tarball);
		const latest = [...offered.keys()].at(-1);
		const manifests = [...offered].map(([each, { manifest, tarball }]) => [each, { ...manifest, dist: distOf(`${base}/${name}/${each}`, tarball) }] as const);
		return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(manifests) }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const folder = mkdtempSync(join(tmpdir(), 'sms-hub-npm-'));
	const { stdout } = await runCommand('sh', ['-c', 'command -v npm'], { cwd: folder });
	const npm = join(folder, 'npm');
	writeFileSync(npm, `#!/bin/sh\nfor given do shift; case $given in --registry=*) given=--registry=${base} ;; esac; set -- "$@" "$given"; done\nexec "${stdout.trim()}" "$@"\n`);
	chmodSync(npm, 0o755);
	return {
		async publish(tarball) {
			const { stdout: text } = await runCommand('tar', ['-xzOf', tarball, 'package/package.json'], { cwd: folder });
			const manifest = JSON.parse(text) as Record<string, unknown> & { name: string; version: string };
			const offered = versions.get(manifest.name) ?? new Map<string, { manifest: Record<string, unknown>; tarball: Buffer }>();
			versions.set(manifest.name, offered.set(manifest.version, { manifest, tarball: readFileSync(tarball) }));
		},
		path: `${folder}${delimiter}${process.env.PATH ?? ''}`,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function distOf(tarball: string, content: Buffer): { tarball: string; integrity: string; shasum: string } {
	return { tarball, integrity: `sha512-${createHash('sha512').update(content).digest('base64')}`, shasum: createHash('sha1').update(content).digest('hex') };
}
