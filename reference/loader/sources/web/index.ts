// Contents page of the sources over the web platform.
export { createBlobSource } from "./blob-source.js";
export type {
  AuthorizedRequest,
  HttpAuthorize,
  HttpBackoff,
  HttpFetch,
  HttpRequest,
  HttpSourceOptions,
} from "./http-options.js";
export { createHttpSource } from "./http-source.js";
export { createIpfsBlockSource, type IpfsBlockSourceOptions } from "./ipfs-block-source.js";
export { createIpfsSource, type IpfsSourceOptions } from "./ipfs-source.js";
export type { S3Address } from "./s3-address.js";
export {
  createPresignedS3Source,
  createS3Source,
  type PresignOptions,
  presignS3Url,
  type S3CredentialProvider,
  type S3SourceOptions,
} from "./s3-source.js";
export type { S3Credentials } from "./sigv4.js";
