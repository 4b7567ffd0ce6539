/** Serves the virtual phone: three static files next to this one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const FILES: Record<string, { file: string; type: string }> = {
	'/': { file: 'phone.html', type: 'text/html; charset=utf-8' },
	'/phone.css': { file: 'phone.css', type: 'text/css; charset=utf-8' },
	'/phone.js': { file: 'phone.js', type: 'text/javascript; charset=utf-8' },
};

/** The files are read when asked for, so that a change shows without a restart. */
export function mountPage(app: FastifyInstance): void {
	for (const [path, { file, type }] of Object.entries(FILES)) {
		app.get(path, async (_request, reply) =>
			reply
				.type(type)
				// Message texts come from anywhere; nothing but these three files may run or load.
				.header('content-security-policy', "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'")
				.header('cache-control', 'no-store')
				.send(readFileSync(join(__dirname, file))),
		);
	}
}
