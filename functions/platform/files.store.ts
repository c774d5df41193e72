import { type AwsClient, commandOf, type Service } from "./aws-client.ts";

/** A file, and where it is to be kept: the bucket's name, and a key that needs no encoding in a path. */
interface PutObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
  readonly Body: Uint8Array;
}

const s3 = {
  name: "s3",
  variable: "S3",
  method: "PUT",
  contentType: "application/octet-stream",
  pathOf: ({ Bucket, Key }: PutObject) => `/${Bucket}/${Key}`,
  fileOf: ({ ContentType: type, Body: bytes }: PutObject) => ({ type, bytes }),
} as Service;

const PutObjectCommand = commandOf<PutObject, object>(s3, "PutObject");

/** A file as it was got. */
export interface File {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Keeps a file under a key, as often as it is asked to, and says by which address AWS finds it. */
export type KeepFile = (key: string, file: File) => Promise<string>;

/** Files in a bucket. */
export function fileStore(client: AwsClient, bucket: string): KeepFile {
  return async (key, { type, bytes }) => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: type, Body: bytes }));
    return `s3://${bucket}/${key}`;
  };
}
