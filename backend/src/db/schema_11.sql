-- What a phone may ask with, without a sign-in, whether its account has ended: the end itself takes every sign-in away. It
-- outlives the account as the line does, and says nothing of whose it was.
ALTER TABLE cancellations ADD COLUMN receipt TEXT;
UPDATE cancellations SET receipt = lower(hex(randomblob(32)));
CREATE UNIQUE INDEX cancellations_by_receipt ON cancellations (receipt);
