/** What reading a value says where the value is none. */
export interface Refused {
	/** Why, as the end of a sentence that starts with what the user wrote ("… is too short"). */
	refusal: string;
	/** What to write instead. */
	advice: string;
}
