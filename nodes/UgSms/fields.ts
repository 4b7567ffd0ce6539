/** Inputs of the UGSMS operations. */
import { countryField, earlierSendsUnseen, integer, notice, phones, segmentsHint, text } from '../../engine/inputs/fields';

export const defaultCountry = countryField({ region: 'UG', label: 'Uganda (+256)' });

/** A number as people in Uganda write it. */
export const exampleNumber = '0701 234 567';

export const to = phones({
	label: 'To',
	required: true,
	getsSms: true,
	placeholder: `e.g. ${exampleNumber}`,
	description: 'One or several mobile numbers of Uganda, separated by commas, semicolons or new lines. Each number gets the message once.',
});

export const messageText = text({ label: 'Message', required: true, rows: 3, verbatim: true, placeholder: 'e.g. Hi Sarah, your order is ready.', hint: segmentsHint });

/** "sender_id ... (max 11 characters)" */
export const sender = text({
	label: 'Sender',
	maxLength: 11,
	placeholder: 'e.g. MyBrand',
	hint: 'Leave it empty for your account\'s default. Nobody can reply to a name.',
	description: 'The sender ID that the message comes from, at most 11 characters',
});

/** What a retry does whose first run left nothing behind. */
export const earlierSends = earlierSendsUnseen('UGSMS cannot be asked what that execution sent.');

export const newKeyNotice = notice(
	'UGSMS shows a new key once: it comes out of this node, and n8n keeps it in the saved execution. Store it safely, put it into your credential, and delete the execution. ' +
		'A key that it replaces stops working. Give this node one item only.',
);

/** "Must be at least 1. Must not be greater than 365." */
export const expiryDays = integer({ label: 'Expiry (Days)', min: 1, max: 365, default: 90, description: 'After how many days the key stops working. Without it, UGSMS decides.' });
