/** What may be changed in this provider beyond the settings of all: mostly what no document says, or what sources tell differently. */
import { z } from 'zod/v3';
import type { World } from '../world';

export const ugSettings = z
	.object({
		/** The success of v1: as v2 answers, or the older `{"message":"Message Sent Successfully."}` (provider facts, section 5). */
		v1Success: z.enum(['envelope', 'message']).default('envelope'),
		/** The balance: `data.balance` with a currency, `balance` at the top, or `data.remaining_balance` (provider facts, section 5). */
		balanceAnswer: z.enum(['data', 'top', 'remaining']).default('data'),
		/** What refuses a request, once its credentials are looked at: `{"error":text}`, or `{"success":false,"message":text}`. */
		refusal: z.enum(['error', 'success']).default('error'),
		/** The HTTP status of a refusal that is not about credentials: 400 as documented, or 200, by which only the body refuses. */
		refusalHttpStatus: z.union([z.literal(400), z.literal(200)]).default(400),
		/** Numbers: only `07XXXXXXXX` as documented, or also `256XXXXXXXXX` and `+256XXXXXXXXX`. */
		numberForm: z.enum(['local', 'any']).default('local'),
		/** Who may make and revoke keys: whoever has a key or the password, or nobody but the signed-in dashboard. */
		keyAccess: z.enum(['credentials', 'session']).default('credentials'),
		/** Where a new key stands in the answer. */
		keyAnswer: z.enum(['data', 'top']).default('data'),
	})
	.strict();

export type UgSettings = z.infer<typeof ugSettings>;

/** The settings as they are now. */
export function own({ settings }: World): UgSettings {
	return settings.own as UgSettings;
}
