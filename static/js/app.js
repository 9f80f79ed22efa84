/*
 * What scripts add to every page. Each part works alone and asks for nothing: a page reads and its
 * forms post without any of them. Parts of single features are entries of their own beside this.
 */
import { acts } from "./base/acts.js";
import { confirmForms } from "./base/confirm.js";
import { connection } from "./base/connection.js";
import { disclosures } from "./base/disclosures.js";
import { drafts } from "./base/drafts.js";
import { finding } from "./base/finding.js";
import { forms } from "./base/forms.js";
import { inbox } from "./base/inbox.js";
import { notices } from "./base/notices.js";
import { passwords } from "./base/passwords.js";
import { scrollers } from "./base/scrolling.js";
import { suggesting } from "./base/suggesting.js";
import { themeSwitch } from "./base/theme.js";
import { relativeTimes } from "./base/times.js";

themeSwitch();
relativeTimes();
disclosures();
scrollers();
notices();
confirmForms(); // before forms: a form that waits for an answer is not being sent
forms();
drafts();
finding();
suggesting();
passwords();
connection();
acts();
inbox();
