/** One method and path of a provider: what it takes (strict zod objects) and the function that answers. */
import { z } from 'zod/v3';
import { readJson } from './json';
import type { Answer, ApiRequest, Refusal, ViolationKind } from './request';

/** A way to write a body. `parse` throws on text that is not in this format. */
export interface BodyFormat {
	contentType: string;
	parse(text: string): unknown;
}

export const jsonFormat: BodyFormat = { contentType: 'application/json', parse: readJson };

export const formFormat: BodyFormat = {
	contentType: 'application/x-www-form-urlencoded',
	parse: (text) => Object.fromEntries(new URLSearchParams(text)),
};

export interface Call<Query, Body> {
	query: Query;
	body: Body;
	params: Record<string, string>;
	request: ApiRequest;
}

export interface EndpointDefinition<State, Query extends z.ZodTypeAny, Body extends z.ZodTypeAny> {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Relative to the provider's prefix; `:name` is a path parameter. */
	path: string;
	/** Without it, the endpoint takes no query fields. */
	query?: Query;
	/** Without it, the endpoint takes no body and ignores one. An optional one may be left out. */
	body?: Body;
	/** Default: JSON only. */
	formats?: BodyFormat[];
	/** Replaces the provider's own check. */
	authorised?: (request: ApiRequest) => boolean;
	handle(state: State, call: Call<z.infer<Query>, z.infer<Body>>): Answer | Promise<Answer>;
}

export interface Endpoint<State> {
	method: string;
	path: string;
	authorised?: (request: ApiRequest) => boolean;
	answer(state: State, request: ApiRequest, refuse: (refusal: Refusal) => Answer): Answer | Promise<Answer>;
}

const noFields = z.object({}).strict();

/** What a zod issue says about the client that sent the value. */
export function violationKind(issue: z.ZodIssue): ViolationKind {
	if (issue.code === 'unrecognized_keys') return 'unknown-field';
	if (issue.code === 'invalid_type') return issue.received === 'undefined' ? 'missing-field' : 'wrong-type';
	return 'invalid-value';
}

/** The field that an issue is about, e.g. `messages.0.to`. */
export function issueField(issue: z.ZodIssue): string {
	const keys = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
	return [...issue.path, keys].filter((part) => part !== '').join('.');
}

/**
 * Declares an endpoint. The query and the body are checked before `handle` runs: each issue becomes a violation in the request's
 * log entry, and the first one is answered in the provider's error shape.
 */
export function endpoint<State, Query extends z.ZodTypeAny = typeof noFields, Body extends z.ZodTypeAny = z.ZodUndefined>(
	definition: EndpointDefinition<State, Query, Body>,
): Endpoint<State> {
	const formats = definition.formats ?? [jsonFormat];
	const querySchema: z.ZodTypeAny = definition.query ?? noFields;
	return {
		method: definition.method,
		path: definition.path,
		authorised: definition.authorised,
		answer(state, request, refuse) {
			const query = querySchema.safeParse(request.query);
			if (!query.success) return refuseIssues(query.error.issues, 'query', request, refuse);
			let body: unknown;
			if (definition.body && !(request.text === '' && definition.body.isOptional())) {
				const contentType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
				const format = formats.find((candidate) => candidate.contentType === contentType);
				const refuseFormat = (text: string): Answer => {
					request.violations.push({ kind: 'not-json', text });
					return refuse({ reason: 'not-json' });
				};
				if (!format) {
					return refuseFormat(`Content-Type is ${contentType ?? 'missing'}, not ${formats.map((each) => each.contentType).join(' or ')}`);
				}
				try {
					request.parsedBody = format.parse(request.text);
				} catch {
					// The parser's own words may quote the body, and with it a password.
					return refuseFormat(`the body is not ${format.contentType}`);
				}
				const parsed = definition.body.safeParse(request.parsedBody);
				if (!parsed.success) return refuseIssues(parsed.error.issues, 'body', request, refuse);
				body = parsed.data as unknown;
			}
			return definition.handle(state, { query: query.data as z.output<Query>, body, params: request.params, request });
		},
	};
}

function refuseIssues(issues: z.ZodIssue[], place: 'query' | 'body', request: ApiRequest, refuse: (refusal: Refusal) => Answer): Answer {
	for (const issue of issues) {
		request.violations.push({ kind: violationKind(issue), text: `${issueField(issue) || 'body'}: ${issue.message}` });
	}
	const first = issues[0];
	return refuse({
		reason: 'invalid-field',
		field: first ? issueField(first) : '',
		kind: first ? violationKind(first) : 'invalid-value',
		place,
	});
}

/** A query field that holds a whole number between `min` and `max`. */
export function wholeNumber(min: number, max: number): z.ZodEffects<z.ZodPipeline<z.ZodEffects<z.ZodString, number>, z.ZodNumber>, number> {
	return z
		.string()
		.regex(/^\d+$/, 'not a whole number')
		.transform(Number)
		.pipe(z.number().int().min(min).max(max))
		.transform((value) => value);
}
