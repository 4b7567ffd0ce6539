import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, checkSegments, failOnRefused, includeInput, maxSegments, maxSegmentsPerRun, onlyPreview, segmentsOf, showBalanceInPreview } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { defaultCountry, earlierSends, messageText, sender, to } from '../../fields';
import { isSame, outcomesOf, sendResponse } from '../../messages';
import { isAboutNumbers, refusalText, sendPath } from '../../provider';

/**
 * POST /api/v2/sms/send, or POST /v1/sms/send by password: "numbers ... Comma separated". Nothing says how many; 100 is what
 * other providers take, and no more than that is in doubt when an answer is lost.
 */
export const send = batchOperation({
	label: 'Send',
	action: 'Send an SMS',
	description: 'Send an SMS to one or several numbers of Uganda',
	effect: 'once',
	fields: { to, message: messageText, sender, onlyPreview },
	options: { allowLandlines, defaultCountry, earlierSends, failOnRefused, includeInputFields: includeInput(true), maxSegments, maxSegmentsPerRun, ...showBalanceInPreview, ...simplify },
	identity: ['message'],
	segments: (values) => segmentsOf(values, {}),
	check: checkSegments,
	batchSize: 100,
	shared: (values) => ({ message_body: values.message, sender_id: values.sender }),
	entries: (values) => values.to.map((number) => ({ to: number, from: values.sender, text: values.message })),
	recipient: (entry) => entry.to,
	distinct: true,
	request: (entries, shared) => ({ method: 'POST', path: sendPath, body: { numbers: entries.map((entry) => entry.to).join(','), ...shared } }),
	response: sendResponse,
	outcomes: outcomesOf,
	unanswered: ({ to: number, from, text }, status) => message({ to: number, from, text, status }),
	// One bad number refuses the whole request.
	culprits(body, entries) {
		if (!isAboutNumbers(body)) return undefined;
		const text = refusalText(body);
		const named = text.match(/\d{9,}/g) ?? [];
		return new Map(entries.flatMap((entry, index) => (named.some((number) => isSame(number, entry.to)) ? [[index, text] as const] : [])));
	},
	// Neither keys nor references, and nothing lists what was sent: no means to end a doubt.
});
