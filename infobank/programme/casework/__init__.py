"""Around a visit: the list of cases, the sample drawn from it, and the follow-up."""
