export { asksFor, type Point, verification } from './verification.ts';
export type { Outcome } from '../../../verification/outcome.ts';
export {
  expectVerification,
  isPending,
  isVerified,
  markVerified,
  VERIFIED_TAG,
  verificationTags,
} from './mark.ts';
