-- The order in which PENDING jobs are taken by those who serve some queues only.
CREATE INDEX ready_jobs_queue ON ready_jobs (queue, job_type, priority DESC, due_at, job);
