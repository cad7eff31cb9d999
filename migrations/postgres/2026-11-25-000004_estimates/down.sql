DROP TABLE case_estimates;
