-- A refresh writes its session's row anew. Where the page has room for it, no index is touched (a HOT update).
ALTER TABLE "sessions" SET (fillfactor = 70);
