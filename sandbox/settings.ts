/** What a person or a test may change in a running provider, and how it starts. */
import { z } from 'zod/v3';

const milliseconds = z.number().int().min(0).max(3_600_000);

export const settingsSchema = z
	.object({
		/** Added to every answer, in milliseconds. */
		latencyMs: milliseconds,
		/** False: limits on requests are neither enforced nor reported. */
		enforceLimits: z.boolean(),
		/** Replaces the provider's limit on requests in flight; null: the documented one. */
		maxAtOnce: z.number().int().min(1).nullable(),
		/** From acceptance to delivery, in milliseconds. */
		deliverAfterMs: milliseconds,
		/** True: a message on its way is reported as `sent` before its delivery is. */
		reportSent: z.boolean(),
		/** Signs webhook calls; null: they carry no signature. */
		webhookSecret: z.string().nullable(),
		/** Wait before the first repeat of a refused webhook call, in milliseconds; it doubles each time. */
		webhookRetryMs: milliseconds,
		/** The account's balance, in the provider's unit; sends take from it. */
		credits: z.number().min(0),
		/** False: a contact with a number that another contact has is refused. */
		allowDuplicateContacts: z.boolean(),
		/** How a wrong, old or used code is told: by HTTP 200 with its statusCode, by HTTP 400 with an errors list, or as each configuration has it. */
		wrongCodeAs: z.enum(['configured', 'result', 'refusal']),
		/** `shuffled`: the numeric IDs that the account gives out do not ascend. */
		idOrder: z.enum(['ascending', 'shuffled']),
		/** True: numeric IDs have 18 digits, more than a JavaScript number holds. */
		longIds: z.boolean(),
		/** A repeat under an idempotency key whose first request is still at work (`late`, `row-by-row`): processed anew, or answered 409. */
		repeatAtWork: z.enum(['new', 'conflict']),
		/** What only this provider lets one change; its `ownSettings` say what that is. A change leaves the others as they are. */
		own: z.record(z.unknown()),
	})
	.strict();

/** The settings that a provider has beyond those of all; a strict zod object in which every field has a default. */
export type OwnSettings = z.ZodObject<z.ZodRawShape, 'strict'>;

export const noOwnSettings: OwnSettings = z.object({}).strict();

export type Settings = z.infer<typeof settingsSchema>;

/** The settings of a fresh account. */
export function defaultSettings(latencyMs = 0): Settings {
	return {
		latencyMs,
		enforceLimits: true,
		maxAtOnce: null,
		deliverAfterMs: 1_500,
		reportSent: false,
		webhookSecret: null,
		webhookRetryMs: 1_000,
		credits: 100_000,
		allowDuplicateContacts: true,
		wrongCodeAs: 'configured',
		idOrder: 'ascending',
		longIds: false,
		repeatAtWork: 'new',
		own: {},
	};
}
