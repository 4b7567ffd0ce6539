/** JSON schemas of output items, in the form in which n8n's own nodes ship them for the editor's output preview. */

export interface Schema {
	type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** The schema of one value. */
function schemaOf(value: unknown): Schema {
	if (value === null || value === undefined) return { type: 'null' };
	if (Array.isArray(value)) return { type: 'array', items: value.map(schemaOf).reduce(merge, { type: 'null' }) };
	switch (typeof value) {
		case 'object':
			return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, schemaOf(inner)])) };
		case 'boolean':
			return { type: 'boolean' };
		case 'number':
			return { type: Number.isInteger(value) ? 'integer' : 'number' };
		default:
			return { type: 'string' };
	}
}

/**
 * What fits both; nothing known yields to something known.
 * @throws Error when the two are of different kinds, which a user's next node could not rely on
 */
function merge(one: Schema, other: Schema): Schema {
	if (one.type === 'null') return other;
	if (other.type === 'null') return one;
	if (one.type !== other.type) {
		const kinds = [one.type, other.type];
		if (kinds.includes('integer') && kinds.includes('number')) return { type: 'number' };
		throw new Error(`is once ${one.type} and once ${other.type}`);
	}
	if (one.items && other.items) return { type: 'array', items: merge(one.items, other.items) };
	if (!one.properties || !other.properties) return one;
	const names = [...new Set([...Object.keys(one.properties), ...Object.keys(other.properties)])];
	const property = (name: string): Schema => {
		try {
			return merge(one.properties?.[name] ?? { type: 'null' }, other.properties?.[name] ?? { type: 'null' });
		} catch (thrown) {
			throw new Error(`"${name}" ${thrown instanceof Error ? thrown.message : String(thrown)}`);
		}
	};
	return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, property(name)])) };
}

/** One schema for all output items of an operation. */
export function outputSchema(items: object[]): Schema & { version: number } {
	return { ...items.map(schemaOf).reduce(merge, { type: 'object', properties: {} }), version: 1 };
}
