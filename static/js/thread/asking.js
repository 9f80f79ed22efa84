/** Whether a form holds a poll: such a post goes with the form, not over the socket. */
export const asks = (form) =>
  ["poll_question", "poll_options"].some((name) => form.elements[name]?.value.trim());
