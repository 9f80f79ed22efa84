/* Verifies the signatures of a message on standard input, by a library that is not ours.
   The DNS is what the arguments say: a name and its TXT record. */
import { dkimVerify } from "mailauth/lib/dkim/verify.js";

const [name, record] = process.argv.slice(2);
const resolver = async (asked, type) => {
  if (asked === name && type === "TXT") return [[record]];
  throw Object.assign(new Error("no such record"), { code: "ENOTFOUND" });
};
const parts = [];
for await (const part of process.stdin) parts.push(part);
const found = await dkimVerify(Buffer.concat(parts), { resolver });
const told = found.results.map((each) => ({
  result: each.status.result,
  comment: each.status.comment ?? "",
  domain: each.signingDomain ?? "",
  algorithm: each.algo ?? "",
  canonical: each.format ?? "",
  signed: each.signingHeaders?.keys ?? "",
}));
process.stdout.write(JSON.stringify(told));
