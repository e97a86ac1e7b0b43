"""Jobs and what people do with them: post, claim, submit, approve, reject, dispute, decide."""
