/** The phones that messages go to. */
import { parsePhoneNumberFromString, type PhoneNumberType } from 'libphonenumber-js/max';

/** What a recipient's phone does. Every valid number without an entry receives its messages; `refused`: the provider has a reason of its own. */
export type Behaviour = 'unsubscribed' | 'invalid' | 'refused' | 'fails' | 'answers-yes' | 'answers-stop' | 'slow' | 'reports-twice';

/** A number with a behaviour of its own. `number` is E.164 without "+"; `text` explains it on the phone page. */
export interface SpecialNumber {
	number: string;
	behaviour: Behaviour;
	text: string;
}

/** Kinds of numbers that no text message reaches. In Australia: landlines, and 13, 1300, 1800 and 1900 numbers. */
const WITHOUT_SMS: ReadonlySet<PhoneNumberType | undefined> = new Set<PhoneNumberType>(['FIXED_LINE', 'SHARED_COST', 'TOLL_FREE', 'PREMIUM_RATE', 'UAN', 'VOICEMAIL']);

/** False for a number (E.164 without "+") that may be valid and even accepted, but never gets a text message. */
export function receivesSms(number: string): boolean {
	return !WITHOUT_SMS.has(parsePhoneNumberFromString(`+${number}`)?.getType());
}

/** A contact of the account, as far as it tells whose phone it is. */
export interface Owner {
	phone: string;
	first: string;
	last: string;
}

/** Names by phone; where several contacts have one phone, the first that has a name. */
export function namesOf(owners: Owner[]): Map<string, string> {
	const names = new Map<string, string>();
	for (const { phone, first, last } of owners) {
		const name = `${first} ${last}`.trim();
		if (name !== '' && !names.has(phone)) names.set(phone, name);
	}
	return names;
}
