export { damageStreams } from './damaged-streams.ts'
export { eventually, type EventuallyOptions } from './eventually.ts'
export { startTestNats, type TestNats } from './nats.ts'
export { createTestDatabase, type TestDatabase } from './postgres.ts'
export {
  OIDC_AUDIENCE,
  signSharedSecretToken,
  startOidcIssuer,
  type OidcAnswer,
  type OidcIssuer,
} from './oidc-issuer.ts'
