/**
 * How 160.com.au brings answers: delivery reports come to a message's own "callbackURL"; replies come to that of the virtual
 * number, where this package's triggers look the message's up. What the calls look like is not documented (see events.ts).
 */
import { failure } from '../../engine/failure';
import { flag } from '../../engine/inputs/fields';
import type { Asking, Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { isLoopback } from '../../engine/wire/reachable';
import { isFollowed, isSameNumber, looseText } from './messages';
import { sms160 } from './provider';

const info = z.object({ virtualNumbers: z.array(z.object({ phone: looseText, callbackURL: looseText }).passthrough()).nullish().catch(undefined) });

const addressed = z.object({ messages: z.tuple([z.object({ callbackURL: z.string() })]) });

/** GET /v1/info tells where the replies to a virtual number go. */
async function throwIfNoTrigger(virtualNumber: string, send: Send, address: string): Promise<void> {
	const { virtualNumbers } = await send({ method: 'GET', path: '/v1/info' }, info);
	const url = virtualNumbers?.find(({ phone }) => isSameNumber(phone, virtualNumber))?.callbackURL ?? '';
	if (URL.canParse(url) && new URL(url).origin === new URL(address).origin) return;
	throw failure(
		'input',
		`160.com.au sends the replies to ${virtualNumber} to ${url === '' ? 'nobody' : 'somewhere else'}, so no answer would reach this execution`,
		'Nothing was sent. Activate a workflow with the 160.com.au Trigger (with its credential), and set its production URL as the callback of that virtual number. '
			+ 'With the Inbox Trigger, add the option "Replies Come by the Inbox Trigger". Or let them answer by Link.',
	);
}

export const asking: Asking = {
	replies: 'trigger',
	reports: 'webhook',
	// A virtual number costs extra, and replies to one are not documented to come in any one form.
	usually: 'link',
	options: ['allowLandlines', 'defaultCountry', 'earlierSends', 'maxSegments'],
	ownOptions: {
		byInboxTrigger: flag({
			label: 'Replies Come by the Inbox Trigger',
			description: 'Whether an active workflow of this n8n looks for replies with the 160.com.au Inbox Trigger, so that none has to have the 160.com.au Trigger',
		}),
	},
	addressed: (values, { webhook }) => ({ ...values, callbackUrl: webhook }),
	isFollowed: async (send, { body }, messageId) => await isFollowed(send, addressed.parse(body).messages[0].callbackURL, messageId),
	async check({ sendFrom, virtualNumber, byInboxTrigger }, { waitsFor, send, credential, address }) {
		if (waitsFor === 'link') return;
		if (waitsFor === 'reply' && sendFrom !== 'virtualNumber') {
			throw failure('input', 'Replies reach 160.com.au only when the message comes from a virtual number', 'Nothing was sent. Pick "Virtual Number" under Send From, or let them answer by Link.');
		}
		if (waitsFor === 'reply' && byInboxTrigger !== true) await throwIfNoTrigger(String(virtualNumber), send, address);
		if (waitsFor === 'report' && isLoopback(address) && !isLoopback(sms160.baseUrl(credential))) {
			throw failure('input', `160.com.au cannot call ${new URL(address).origin}, the address of this n8n`, 'Nothing was sent. Set WEBHOOK_URL to the public address of this n8n.');
		}
	},
};
