import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";

// Whoever checks what comes from outside imports this file: else all that is said of a mistake is "Invalid input".
z.config(english());
