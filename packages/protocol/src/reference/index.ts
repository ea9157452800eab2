export { createAsyncApi } from './asyncapi.ts'
export { createOpenApi, type DocumentOptions } from './openapi.ts'
