import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, failOnRefused, includeInput, maxSegments, maxSegmentsPerRun, onlyPreview, segmentsOf, showBalanceInPreview } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { checkLength, defaultCountry, earlierSends, oneTimePassword, smsQuery, smsText, textRules, to, unicode } from '../../fields';
import { onlyCulprit, smsOutcome } from '../../messages';
import { smsPath } from '../../provider';
import { sendResult } from '../../results';

/** POST /sms/v3/sendsms/plain, called at https://api.nusasms.com/api/v3/sendsms/plain: one number a request. */
export const send = batchOperation({
	label: 'Send',
	action: 'Send an SMS',
	description: 'Send an SMS to one or several numbers',
	effect: 'once',
	fields: { to, message: smsText, onlyPreview },
	options: {
		allowLandlines, defaultCountry, earlierSends, failOnRefused, includeInputFields: includeInput(true), maxSegments,
		maxSegmentsPerRun, otp: oneTimePassword, ...showBalanceInPreview, ...simplify, unicode,
	},
	identity: ['message'],
	segments: (values) => segmentsOf(values, textRules),
	check: checkLength,
	batchSize: 1,
	shared: () => undefined,
	entries(values) {
		const query = smsQuery(values);
		return values.to.map((number) => ({ ...query, GSM: number }));
	},
	recipient: ({ GSM }) => GSM,
	request: ([query]) => ({ method: 'POST', path: `${smsPath}/plain`, authentication: 'query', query }),
	response: sendResult,
	outcomes(result, [entry]) {
		const { GSM: number, SMSText: text } = entry ?? { GSM: '', SMSText: '' };
		const { messageid: messageId } = result.row;
		// To whom it was sent; the sample of the document has a destination whose last digits are hidden ("628510080XXXX").
		return [smsOutcome(result, message({ messageId, to: number, text, status: 'queued', accepted: true }), message({ to: number, text, status: 'failed', accepted: false }))];
	},
	unanswered: ({ GSM: number, SMSText: text }, status) => message({ to: number, text, status }),
	culprits: onlyCulprit,
	// An SMS that was sent can be asked for by its ID alone, which came with the answer that is lost: no means to end a doubt.
});
