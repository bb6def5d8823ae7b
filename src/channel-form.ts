/** How the goals file and the jobs file write channels. */
export const CHANNEL_FORM = /^(?:discord:\d{5,20}|slack:[CG][A-Z0-9]{5,20})$/;
export const CHANNEL_SHOULD_BE = 'should be discord:<id> or slack:<id> of a channel';
