/** The last requests that a provider received. Holds no passwords: they are taken out before an entry is made. */
import type { Violation } from './provider';

export interface LogEntry {
	id: number;
	/** ISO 8601, on the sandbox's clock. */
	at: string;
	provider: string;
	method: string;
	/** Relative to the provider's prefix, without the query. */
	path: string;
	query: Record<string, unknown>;
	/** Content-Type and Idempotency-Key only. */
	headers: Record<string, string>;
	body: unknown;
	/** null while the request is being answered, and when it never was. */
	httpStatus: number | null;
	response: unknown;
	violations: Violation[];
	/** The fault that struck it, if one did. */
	fault?: string;
}

const KEPT = 2_000;

export interface RequestLog {
	entries: LogEntry[];
	add(entry: Omit<LogEntry, 'id'>): LogEntry;
}

export function createRequestLog(): RequestLog {
	const entries: LogEntry[] = [];
	let nextId = 1;
	return {
		entries,
		add(entry) {
			const added: LogEntry = { id: nextId++, ...entry };
			entries.push(added);
			if (entries.length > KEPT) entries.shift();
			return added;
		},
	};
}

/** A copy of `fields` in which secret values are replaced by `***`, on every level of an object. */
export function redact(fields: unknown, secretFields: string[]): unknown {
	if (secretFields.length === 0 || typeof fields !== 'object' || fields === null || Array.isArray(fields)) return fields;
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [name, secretFields.includes(name) ? '***' : redact(value, secretFields)]),
	);
}
