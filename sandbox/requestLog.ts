/** The last requests that a provider received. Holds no passwords: they are taken out before an entry is made. */
import type { Violation } from './request';

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

/** A copy of `value` in which secret fields are replaced by `***`, at any depth, and in text also as `name=value` or `"name": "value"`. */
export function redact(value: unknown, secretFields: string[]): unknown {
	if (secretFields.length === 0) return value;
	if (typeof value === 'string') {
		return value.replace(new RegExp(`\\b(${secretFields.join('|')})(["']?\\s*[=:>]\\s*["']?)[^&"'<]+`, 'g'), '$1$2***');
	}
	if (Array.isArray(value)) return value.map((element: unknown) => (typeof element === 'string' ? element : redact(element, secretFields)));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]: [string, unknown]) => {
			if (secretFields.includes(name)) return [name, '***'];
			// Text inside a parsed body is a value of its own, e.g. a message's.
			return [name, typeof inner === 'string' ? inner : redact(inner, secretFields)];
		}),
	);
}
