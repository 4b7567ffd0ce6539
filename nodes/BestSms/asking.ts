/** How BestSMS brings answers: "WebhookCallbackURL ... Overrides your Sender's default Webhook URL. Requires a default webhook to be configured." */
import { failure } from '../../engine/failure';
import type { Asking } from '../../engine/operation';
import { isLoopback, throwIfUnreachable } from '../../engine/wire/reachable';
import { personalDetails, personOf } from './fields';
import { fillPerson } from './links';
import { bestSms } from './provider';

const answerByLink = 'Let them answer by Link, which needs none of this.';

export const asking: Asking = {
	replies: 'webhook',
	reports: 'webhook',
	options: [
		'allowLandlines',
		'characterConversion',
		'chargeCode',
		'defaultCountry',
		'department',
		'earlierSends',
		'fromNumber',
		'maxSegments',
		'reference',
		'subAccount',
		...Object.keys(personalDetails),
	],
	addressed: (values, { webhook }) => ({ ...values, webhookUrl: webhook, webhookFormat: 'JSON' }),
	shown: (values) => fillPerson(String(values['message']), personOf(values)),
	async check(_values, { waitsFor, credential, address }) {
		if (waitsFor === 'link') return;
		const { webhookSender = '', webhookApiKey = '' } = credential;
		if (webhookSender.trim() === '' || webhookApiKey.trim() === '') {
			throw failure('input', 'The credential does not say by which Sender and APIKey the calls of BestSMS are known, so no answer could be believed', `Fill them in. ${answerByLink}`);
		}
		if (!isLoopback(bestSms.baseUrl(credential))) {
			throwIfUnreachable(address, bestSms.name, `Nothing was sent. Set WEBHOOK_URL to the public https:// address of this n8n. ${answerByLink}`);
		}
	},
};
